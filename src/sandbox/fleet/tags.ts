/** The tags of an instance. */
import type { Instance } from './instances.ts';

/** The tags of an instance: `Name` first, then the others in their order. */
export const tagsOf = ({ name, spec }: Instance): Readonly<Record<string, string>> => ({
  ...(name === undefined ? {} : { Name: name }),
  ...spec.tags,
});
