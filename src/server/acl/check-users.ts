// Whether the users of a configuration can be made, for who wants to know it without a server.
import { type Config, ConfigError } from '../../config/index.js';
import { Registry } from '../../commands/registry.js';
import { declarations } from '../../commands/table.js';
import { configuredUsers, readUserFile } from './user-file.js';

/** Throws ConfigError if a `user` line or the file of users is wrong; `renames` as for the registry. */
export function checkUsers(config: Config, renames: ReadonlyMap<string, string>): void {
  const defaults = {
    registry: new Registry(declarations, renames),
    allChannels: () => config.aclPubsubDefault === 'allchannels',
  };
  configuredUsers(config, defaults);
  if (config.aclfile === '') return;
  const read = readUserFile(config, defaults);
  if ('error' in read) throw new ConfigError(read.error);
}
