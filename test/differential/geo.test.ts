import { geoCases } from './cases/geo.js';
import { describeFamily } from '../support/differential.js';

describeFamily('geo', geoCases);
