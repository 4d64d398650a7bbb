/**
 * Searches that find places which Redis misses: it looks at the cell of the centre and its eight neighbours only, which
 * at the edges of the grid are not those that a shape reaches. So there is nothing to compare with.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../support/reply.js';
import { testedServer } from '../support/tested-server.js';

describe('searches at the edges of the grid', () => {
  const server = testedServer();

  beforeEach(async () => {
    const places = [
      ['-179.99', '0.01', 'west'],
      ['179.99', '-0.01', 'east'],
      ['0', '85', 'north'],
      ['180', '85', 'beyond the pole'],
      ['-0.127758', '51.507351', 'London'],
      ['-176.2', '-43.9', 'Chatham'],
    ];
    await server.ask('GEOADD', 'k', ...places.flat());
  });

  async function search(...words: string[]): Promise<(string | null)[]> {
    const reply = await server.ask('GEOSEARCH', 'k', ...words);
    return (reply.items ?? []).map((item) => textOf(item));
  }

  it('reach over the line of dates from a longitude of 180', async () => {
    const centre = ['FROMLONLAT', '180', '0'];
    const near = await search(...centre, 'BYRADIUS', '200', 'km');
    expect(near.sort()).toEqual(['east', 'west']);
    const boxed = await search(...centre, 'BYBOX', '400', '400', 'km', 'DESC');
    expect(boxed.sort()).toEqual(['east', 'west']);
    const any = await search(...centre, 'BYRADIUS', '200', 'km', 'COUNT', '5', 'ANY');
    expect(any.sort()).toEqual(['east', 'west']);
  });

  it('reach over a pole', async () => {
    expect(await search('FROMLONLAT', '0', '85', 'BYRADIUS', '1200', 'km', 'ASC')).toEqual([
      'north',
      'beyond the pole',
    ]);
  });

  it('reach all around the globe', async () => {
    const found = await search('FROMLONLAT', '180', '0', 'BYRADIUS', '30000', 'km');
    expect(found.sort()).toEqual(['Chatham', 'London', 'beyond the pole', 'east', 'north', 'west']);
  });
});
