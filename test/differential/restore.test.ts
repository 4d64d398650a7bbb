import { restoreCases } from './cases/restore.js';
import { describeFamily } from '../support/differential.js';

describeFamily('restore', restoreCases, {
  serverArguments: ['--enable-debug-command', 'yes', '--sanitize-dump-payload', 'yes'],
});
