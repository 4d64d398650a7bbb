// The package's face for embedding: a server inside a Node.js process, configured as from the command line.
export { Config, ConfigError, configOf, loadConfig, version } from './config/index.js';
export type { ConfigInput, DirectiveTexts } from './config/index.js';
export { Log, openLog } from './server/log.js';
export { serve, type ServedServer, type ServeOptions, type StopOptions } from './server/serve.js';
export { startServer, type Server } from './server/server.js';
