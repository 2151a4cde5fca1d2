/** The SDK's packages, each loaded when it is first needed, and asked of the module loader once: `import()` costs on every call. */

const once = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
};

export const accountModule = once(() => import('@aws-sdk/client-account'));
export const iamModule = once(() => import('@aws-sdk/client-iam'));
export const organizationsModule = once(() => import('@aws-sdk/client-organizations'));
export const ssmModule = once(() => import('@aws-sdk/client-ssm'));
export const stsModule = once(() => import('@aws-sdk/client-sts'));
