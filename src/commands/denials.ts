// What clients are told that may not do what they ask for.
import type { Denial } from './access.js';
import type { Call } from './call.js';
import type { Command } from './registry.js';

export const NO_AUTH = 'NOAUTH Authentication required.';

/** Why a command of EXEC was denied that could be queued. */
const REASONS: Readonly<Record<Denial['reason'], string>> = {
  command: 'no permission to execute the command or subcommand',
  key: 'no permission to touch the specified keys',
  channel: 'no permission to access one of the channels used as arguments',
};

/** The sentence on a command that `user` may not execute, without naming the key or channel. */
function sentence(user: string, denial: Denial, command: Command): string {
  if (denial.reason === 'command')
    return `User ${user} has no permissions to run the '${command.fullName}' command`;
  return `No permissions to access a ${denial.reason}`;
}

/** The error of a call that is denied. */
export function denialText(c: Call, denial: Denial, command: Command): string {
  if (!c.isNested) return `NOPERM ${sentence(c.client.user.name, denial, command)}`;
  return (
    'NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. ' +
    `This command is no longer allowed for the following reason: ${REASONS[denial.reason]}`
  );
}

/** The sentence of ACL DRYRUN, which names what is denied: `object`. */
export function verboseDenial(user: string, denial: Denial, command: Command, object: string): string {
  if (denial.reason === 'command') return sentence(user, denial, command);
  return `User ${user} has no permissions to access the '${object}' ${denial.reason}`;
}
