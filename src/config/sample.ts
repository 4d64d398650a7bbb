/**
 * The sample configuration: every directive with its default and what it is for, made from the declarations.
 *
 * A directive is written out where its default can be; one whose default is nothing, or that is only for tests, stands
 * behind `#`. So the sample, as it is, changes nothing.
 */
import type { Config } from './config.js';
import { directives, type DirectiveName } from './directives.js';
import type { Directive } from './directive.js';
import { appendOnly, backups, cluster, replication, snapshots, testing } from './manual/copies.js';
import { encodings, freeing, memory, upkeep } from './manual/data.js';
import { clients, general, network, observing, processes, security, tls } from './manual/server.js';

const COLUMNS = 100;

const SECTIONS: readonly (readonly [title: string, texts: Readonly<Record<string, string>>])[] = [
  ['Network', network],
  ['TLS', tls],
  ['General', general],
  ['Snapshots', snapshots],
  ['Append-only file', appendOnly],
  ['Backups', backups],
  ['Replication', replication],
  ['Security', security],
  ['Clients', clients],
  ['Memory', memory],
  ['Freeing', freeing],
  ['Process', processes],
  ['Observing', observing],
  ['Encodings', encodings],
  ['Upkeep', upkeep],
  ['Cluster', cluster],
  ['For tests', testing],
];

/** What each directive is for. A directive that is declared without a text is a mistake of types here. */
export const manual: Readonly<Record<DirectiveName, string>> = {
  ...network,
  ...tls,
  ...general,
  ...snapshots,
  ...appendOnly,
  ...backups,
  ...replication,
  ...security,
  ...clients,
  ...memory,
  ...freeing,
  ...processes,
  ...observing,
  ...encodings,
  ...upkeep,
  ...cluster,
  ...testing,
};

const HEAD = `Redwing's configuration: every directive with its default.

A line is a directive and its arguments. An argument with blanks stands in quotes: "with escapes such as \\n, \\" and \\x41", or 'without'. \
A number of bytes may have a unit: 1k is 1000 bytes, 1kb 1024, and so on with m, mb, g and gb, in any letter case. \
Where a directive is given twice, the last one counts.

"include" puts another file in its place; with wildcards (* ? [ab]) it may be any number of files. \
"rename-command OLD NEW" gives a command another name; an empty name removes it. \
Words of the command line come last and override files: --port 7000 --loglevel debug.

CONFIG SET changes what is not fixed at the start, and CONFIG REWRITE writes it to the file that the server was started with.`;

/** Breaks a text into comment lines. */
function comment(text: string): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '#';
    for (const word of paragraph.split(' ')) {
      if (line !== '#' && line.length + 1 + word.length > COLUMNS) {
        lines.push(line);
        line = '#';
      }
      if (word !== '') line += ` ${word}`;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** What can be said of a directive without knowing what it is for. */
function remarks(directive: Directive<unknown>): string {
  const said = [`Takes ${directive.accepts}.`];
  if (directive.alias !== undefined) said.push(`An older name is ${directive.alias}.`);
  if (directive.change === 'immutable') said.push('Fixed at the start.');
  if (directive.change === 'protected')
    said.push('CONFIG SET changes it only if enable-protected-configs allows.');
  if (directive.isFixedWhileLoading) said.push('Not changed while data is loaded.');
  if (directive.isRefusing) said.push('Not supported yet beyond its default.');
  if (directive.ineffective) said.push('Kept, but without effect.');
  return said.join(' ');
}

/** The lines that give a directive its default. */
function defaultLines(config: Config, name: DirectiveName): string {
  const { hidden, initial } = directives[name];
  // The folder's default is where the server is started, whatever that is.
  const written = name === 'dir' ? initial : config.defaultLines(name);
  const lines = written.length === 0 ? [`# ${name} ...`] : written.map((words) => `${name} ${words}`);
  return (hidden ? lines.map((line) => line.replace(/^(?!#)/, '# ')) : lines).join('\n');
}

/** The text of the sample, made from `config`, which is to be at its defaults. Linear in the number of directives. */
export function sampleConfig(config: Config): string {
  const parts = [comment(HEAD)];
  for (const [title, texts] of SECTIONS) {
    parts.push(`# ${`---- ${title} `.padEnd(COLUMNS - 2, '-')}`);
    for (const name of Object.keys(texts) as DirectiveName[]) {
      const text = comment(`${manual[name]}\n${remarks(directives[name])}`);
      parts.push(`${text}\n${defaultLines(config, name)}`);
    }
  }
  return `${parts.join('\n\n')}\n`;
}
