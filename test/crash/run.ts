/**
 * Runs crash tests from the command line: `npm run crash -- --rounds 200 --policy always`.
 */
import { parseArgs } from 'node:util';
import { programUnderTest } from '../support/server-process.js';
import { CrashTest, POLICIES, type Policy } from './rounds.js';

const USAGE = `Usage: npm run crash -- [options]

  --rounds N          crashes (50)
  --policy POLICY     ${POLICIES.join(', ')}; several divided by commas (always)
  --loss KIND         process: the server is killed; power: what was not fsynced is lost too (process)
  --seed N            to make the same choices again (random)
  --writers N         connections that write (4)
  --filler N          keys beside, so that saving takes a while (5000)
  --load-ms N         longest time under load, ms (600)
  --lost-ms N         what everysec may lose, ms (2000)
  --program COMMAND   the server, e.g. redis-server (Redwing)`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    policy: { type: 'string', default: 'always' },
    loss: { type: 'string', default: 'process' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    writers: { type: 'string', default: '4' },
    filler: { type: 'string', default: '5000' },
    'load-ms': { type: 'string', default: '600' },
    'lost-ms': { type: 'string', default: '2000' },
    program: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function isPolicy(word: string): word is Policy {
  return (POLICIES as readonly string[]).includes(word);
}

async function run(): Promise<void> {
  const policies = values.policy.split(',').filter(isPolicy);
  const { loss, program } = values;
  if (policies.length === 0 || (loss !== 'process' && loss !== 'power')) throw new Error(USAGE);
  for (const policy of policies) {
    console.log(`${policy}, loss of the ${loss}, seed ${values.seed}`);
    const test = new CrashTest({
      program: program === undefined ? programUnderTest() : { name: program, command: program.split(' ') },
      policy,
      loss,
      seed: Number(values.seed),
      writers: Number(values.writers),
      filler: Number(values.filler),
      loadMs: Number(values['load-ms']),
      lostMs: Number(values['lost-ms']),
      onRound: (text) => console.log(text),
    });
    await test.run(Number(values.rounds));
  }
  console.log('No state was found that a crash may not leave.');
}

if (values.help) console.log(USAGE);
else
  run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
