/**
 * The SDK's packages. Each is loaded when first needed and then cached, because every `import()` costs time. The
 * files in this folder export only the used parts, so that the bundle leaves out hundreds of other operations.
 */

const once = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
};

export const accountModule = once(() => import('./account.ts'));
export const iamModule = once(() => import('./iam.ts'));
export const organizationsModule = once(() => import('./organizations.ts'));
export const ssmModule = once(() => import('./ssm.ts'));
export const ec2Module = once(() => import('./ec2.ts'));
export const cloudFormationModule = once(() => import('./cloudformation.ts'));
export const stsModule = once(() => import('./sts.ts'));
export const signInModule = once(() => import('./sign-in.ts'));
export const machineModule = once(() => import('./machine.ts'));
