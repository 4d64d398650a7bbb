/**
 * Client libraries of other languages that the interop tests use, as Debian packages them: how to see that each is
 * here, and what installs it.
 */
import { spawnSync } from 'node:child_process';

/** Debian's Python, whatever else is on PATH: only that one has Debian's packages. */
export const DEBIAN_PYTHON = '/usr/bin/python3';

/** A library, and a command that succeeds where it is installed. */
export interface ClientLibrary {
  readonly packages: string;
  readonly probe: readonly [program: string, ...args: string[]];
}

/** The libraries by their language. */
export const CLIENT_LIBRARIES = {
  python: { packages: 'python3-redis', probe: [DEBIAN_PYTHON, '-c', 'import redis'] },
  ruby: { packages: 'ruby-redis', probe: ['ruby', '-e', 'require "redis"'] },
  php: { packages: 'php-cli php-redis', probe: ['php', '-r', 'exit(class_exists("Redis") ? 0 : 1);'] },
  c: {
    packages: 'gcc libhiredis-dev',
    probe: ['cc', '-E', '-include', 'hiredis/hiredis.h', '-xc', '/dev/null'],
  },
} as const satisfies Readonly<Record<string, ClientLibrary>>;

/** The packages of the libraries that are not installed. Starts a process for each. */
export function missingClientPackages(): string[] {
  return Object.values(CLIENT_LIBRARIES)
    .filter(({ probe: [program, ...args] }) => spawnSync(program, args, { stdio: 'ignore' }).status !== 0)
    .map(({ packages }) => packages);
}
