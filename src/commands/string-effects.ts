// What commands on strings leave, where it is not their own frame (see effects.ts). Only to be called while effects are on.
import { SetExpiry, SetReturnOld } from '../store/layout.js';
import { type Call, word } from './call.js';
import { EffectWord } from './effects.js';

const GET = word('GET');

/** SET with these flags: the time of expiry in full; otherwise everything but GET. */
export function leaveSet(c: Call, flags: number): void {
  const { effects } = c;
  if ((flags & SetExpiry) !== 0) return leaveExpiring(c, 2);
  if ((flags & SetReturnOld) === 0) return;
  let count = 3;
  for (let i = 3; i < c.count; i++) if (!c.is(i, GET)) count++;
  effects.beginCopy(c, count);
  for (let i = 1; i < c.count; i++) if (i < 3 || !c.is(i, GET)) effects.argument(c, i);
}

/** "SET key value PXAT time": argument `value`, and the time of the expiry register. */
export function leaveExpiring(c: Call, value: number): void {
  const { effects } = c;
  effects.begin(c, EffectWord.SET, 5);
  effects.argument(c, 1);
  effects.argument(c, value);
  effects.word(EffectWord.PXAT);
  effects.expiry();
}

/** "SET key sum KEEPTTL", of the sum that was replied at `replied`. */
export function leaveFloat(c: Call, replied: number): void {
  c.effects.begin(c, EffectWord.SET, 4);
  c.effects.argument(c, 1);
  c.effects.reply(replied);
  c.effects.word(EffectWord.KEEPTTL);
}
