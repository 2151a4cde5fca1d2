/** The tags of an instance. */
import type { Instance } from './instances.ts';

/** `Name` comes first; the others keep their order. */
export const tagsOf = ({ name, spec }: Instance): Readonly<Record<string, string>> => ({
  ...(name === undefined ? {} : { Name: name }),
  ...spec.tags,
});
