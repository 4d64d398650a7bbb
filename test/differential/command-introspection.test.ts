import { commandIntrospectionCases } from './cases/command-introspection.js';
import { describeFamily } from '../support/differential.js';

describeFamily('command introspection', commandIntrospectionCases);
