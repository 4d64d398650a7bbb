/** The configuration: its values and changes, how it is loaded, and the version of the program. */
export { Config } from './config.js';
export type { ChangeListener, CommandRename, SetOptions, SetResult, Source } from './config.js';
export type {
  BindAddress,
  OutputBufferLimit,
  OutputBufferLimits,
  SavePoint,
  ShutdownWord,
} from './compound-kinds.js';
export type { ConfigValues, DirectiveName, DirectiveValue } from './directives.js';
export { quoteArgument, splitArguments } from './arguments.js';
export { bytesOf, textOf } from './byte-text.js';
export { fileProblem, isMissing, messageOf, namedFileProblem } from './file-problem.js';
export { applyRenames, ConfigError, configOf, inspectConfig, loadConfig } from './load.js';
export type { ConfigInput, DirectiveTexts } from './load.js';
export { replaceFile, replaceFileSync, syncFolder } from './replace-file.js';
export { rewriteConfigFile } from './rewrite.js';
export { sampleConfig } from './sample.js';
export { version } from './version.js';
