// The package's face for embedding: a server inside a Node.js process, configured as from the command line.
export { Config, ConfigError, loadConfig, version } from './config/index.js';
export type { ConfigInput } from './config/index.js';
export { Log, openLog } from './server/log.js';
export { startServer, type Server } from './server/server.js';
