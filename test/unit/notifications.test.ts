/** Which events are published for which letters, and that nobody listens while nobody is subscribed. */
import { describe, expect, it } from 'vitest';
import { Changes, EventClass } from '../../src/commands/changes.js';
import { Notifications } from '../../src/server/notifications.js';
import type { PubSub } from '../../src/server/pubsub.js';
import type { NativeStore } from '../../src/store/native.js';

function notificationsFor(letters: string, clients: number): { changes: Changes; sent: string[] } {
  const kept = { keepCreations: () => 0, keepMissedKeys: () => 0 } as unknown as NativeStore;
  const changes = new Changes(kept);
  const sent: string[] = [];
  const pubsub = {
    clients,
    sendText: (channel: string, message: string) => sent.push(`${channel} ${message}`),
  } as unknown as PubSub;
  new Notifications(changes, () => pubsub).configure(letters);
  return { changes, sent };
}

describe('notifications', () => {
  it('publishes an event under the key and under its name', () => {
    const { changes, sent } = notificationsFor('AKE', 1);
    changes.noteKey(3, 'k', EventClass.expired, 'expired');
    expect(sent).toEqual(['__keyspace@3__:k expired', '__keyevent@3__:expired k']);
  });

  it('publishes what its letters say', () => {
    for (const [letters, expected] of [
      ['Kx', ['__keyspace@0__:k expired']],
      ['Ex', ['__keyevent@0__:expired k']],
      ['KEe', []],
      ['x', []],
      ['KA', ['__keyspace@0__:k expired']],
    ] as const) {
      const { changes, sent } = notificationsFor(letters, 1);
      changes.noteKey(0, 'k', EventClass.expired, 'expired');
      expect(sent, letters).toEqual(expected);
    }
  });

  it('listens only while somebody is subscribed', () => {
    expect(notificationsFor('AKE', 0).changes.isObserved).toBe(false);
    expect(notificationsFor('AKE', 1).changes.isObserved).toBe(true);
    expect(notificationsFor('', 1).changes.isObserved).toBe(false);
    expect(notificationsFor('KE', 1).changes.isObserved).toBe(false);
  });
});
