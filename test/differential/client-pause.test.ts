import { clientPauseCases } from './cases/client-pause.js';
import { describeFamily } from '../support/differential.js';

describeFamily('client-pause', clientPauseCases);
