import { protectedCases, settingCases, severalCases } from './cases/config.js';
import { describeFamily } from '../support/differential.js';

describeFamily('configuration', [...settingCases, ...severalCases]);
describeFamily('protected configuration', protectedCases, {
  serverArguments: ['--enable-protected-configs', 'yes'],
});
