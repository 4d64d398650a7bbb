/** Commands that no Redis has. */

const OWN: readonly string[] = ['backup'];

/** Whether a command or subcommand (`name|subcommand`) is one of Redwing's own. */
export function isOwnCommand(name: string): boolean {
  return OWN.includes(name.split('|')[0] ?? name);
}
