/**
 * The runs of dhmc on disk: written before each change; read for rollback, resume and evidence. README.md has the
 * format.
 */
export {
  defaultStateDir,
  isRunName,
  journalPath,
  latestRun,
  organizationFolder,
  runIdPattern,
} from './location.ts';
export { lockFolder, runAtWork, type Lock } from './lock.ts';
export { createJournal, continueJournal, type Journal } from './writer.ts';
export { JournalError } from './errors.ts';
export { makeFolders, replacePrivately, writeOver } from './files.ts';
export {
  currentUser,
  objectionTo,
  ownershipError,
  refuseForeignLinks,
  requireOwnFolder,
} from './ownership.ts';
export { FileRefused, readRegular } from './regular-file.ts';
export { readHeader, readJournal, requireUnpacked, type Damage } from './reader.ts';
export { organizationsOf, listRuns, readHistory, type RunList, type RunSummary } from './runs.ts';
export { findRun, runToResume, runToRollBack } from './find-run.ts';
export { readClaims, type FolderClaims } from './claims.ts';
export { laterHistories, nextOrder } from './later-runs.ts';
export { parsePlanFile } from './plan-file.ts';
export { targetForFile } from './filed-plan.ts';
