/** How many changes commands count for INFO: every family's cases. */
import { describeChanges } from '../support/change-comparison.js';
import { dataFamilies } from './cases/data-families.js';
import { runCases } from './cases/runs.js';

describeChanges({ runs: runCases, ...dataFamilies });
