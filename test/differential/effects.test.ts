import { describeEffects } from '../support/effect-comparison.js';
import { effectCases } from './cases/effects.js';
import { newerStreamCases, streamCases } from './cases/effects-streams.js';
import { newerValueCases, valueCases } from './cases/effects-values.js';
import { waitingCases } from './cases/effects-waiting.js';

describeEffects('effects', [...effectCases, ...valueCases, ...streamCases, ...waitingCases]);
describeEffects('effects of newer commands', [...newerValueCases, ...newerStreamCases], '8.0');
