import { bitmapsCases } from './cases/bitmaps.js';
import { describeFamily } from '../support/differential.js';

describeFamily('bitmaps', bitmapsCases);
