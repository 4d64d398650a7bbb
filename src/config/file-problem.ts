// Why an operation on a file failed, in words: one text for logs, replies and tools.

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EACCES: 'Permission denied',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
  ENOSPC: 'No space left on device',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What an error says of itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the operating system calls the reason; of an error that is not its own, or seldom, the message. */
export function fileProblem(error: unknown): string {
  return PROBLEMS[codeOf(error)] ?? messageOf(error);
}

/** The same where nothing else says which file it is: behind its name, if the error has one. */
export function namedFileProblem(error: unknown): string {
  const problem = fileProblem(error);
  const isNamed = codeOf(error) in PROBLEMS && error instanceof Error && 'path' in error;
  return isNamed ? `${String(error.path)}: ${problem}` : problem;
}

/** Whether an operation failed because there is no such file. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** Whether a file could not be read because it is a folder. */
export function isFolder(error: unknown): boolean {
  return codeOf(error) === 'EISDIR';
}
