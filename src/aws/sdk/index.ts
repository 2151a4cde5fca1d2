/**
 * The SDK's packages, each loaded when it is first needed, and asked of the module loader once: `import()` costs on every
 * call. Each file beside this one names what is used of a package: the bundle holds that, and leaves the hundreds of other
 * operations out.
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
