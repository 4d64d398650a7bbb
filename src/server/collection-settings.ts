// The settings that the store's collections follow: where small values become large ones, and which reads are long.
// They stand in control words, where operations read them without a call.
import type { Config } from '../config/index.js';
import {
  HashMaxListpackEntries,
  HashMaxListpackValue,
  ListMaxListpackSize,
  LongReadElements,
  SetMaxIntsetEntries,
  SetMaxListpackEntries,
  SetMaxListpackValue,
  SortedSetMaxListpackEntries,
  SortedSetMaxListpackValue,
  StreamNodeMaxBytes,
  StreamNodeMaxEntries,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

const INT32_MAX = 2 ** 31 - 1;

const SETTINGS = [
  ['list-max-listpack-size', 'listMaxListpackSize', ListMaxListpackSize],
  ['hash-max-listpack-entries', 'hashMaxListpackEntries', HashMaxListpackEntries],
  ['hash-max-listpack-value', 'hashMaxListpackValue', HashMaxListpackValue],
  ['set-max-intset-entries', 'setMaxIntsetEntries', SetMaxIntsetEntries],
  ['set-max-listpack-entries', 'setMaxListpackEntries', SetMaxListpackEntries],
  ['set-max-listpack-value', 'setMaxListpackValue', SetMaxListpackValue],
  ['zset-max-listpack-entries', 'zsetMaxListpackEntries', SortedSetMaxListpackEntries],
  ['zset-max-listpack-value', 'zsetMaxListpackValue', SortedSetMaxListpackValue],
  ['stream-node-max-bytes', 'streamNodeMaxBytes', StreamNodeMaxBytes],
  ['stream-node-max-entries', 'streamNodeMaxEntries', StreamNodeMaxEntries],
  ['long-read-threshold', 'longReadThreshold', LongReadElements],
] as const;

/** Gives the settings to the store, now and whenever they change. */
export function followCollectionSettings(config: Config, store: NativeStore): void {
  const control = new Int32Array(store.control);
  for (const [name, property, word] of SETTINGS) {
    const apply = (value: number): undefined => {
      control[word] = Math.min(value, INT32_MAX);
    };
    apply(config[property]);
    config.onChange(name, apply);
  }
}
