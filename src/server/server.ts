// Server: one store, its transport, its clients, and what commands may ask of them.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Changes } from '../commands/changes.js';
import { Client } from '../commands/client.js';
import { CommandTimes } from '../commands/command-times.js';
import type { CommandStatistics, ServerContext } from '../commands/context.js';
import type { CommandCounts } from '../commands/command-counts.js';
import { Dispatcher } from '../commands/dispatch.js';
import { Effects } from '../commands/effects.js';
import { Gate, isSilent, stopGuard } from '../commands/guard.js';
import type { ShutdownOptions } from '../commands/persisting.js';
import { Registry } from '../commands/registry.js';
import { keptOf, type KeptCommand } from '../commands/slow-log.js';
import type { QueuedCommands } from '../commands/queued-commands.js';
import { declarations } from '../commands/table.js';
import { monitorRules } from '../commands/monitor.js';
import { subscriberRules } from '../commands/pubsub.js';
import { transactionQueue, transactionRules } from '../commands/transactions.js';
import { Watches } from '../commands/watches.js';
import { type Config, type OutputBufferLimits, version } from '../config/index.js';
import { Persistence } from '../persistence/index.js';
import { FrameParser } from '../protocol/frame-parser.js';
import { encode } from '../protocol/reply-writer.js';
import { CurrentRow, NumberA, NumberB } from '../store/layout.js';
import { type NativeStore, openStore } from '../store/native.js';
import { Batch, type BatchHost } from './batch.js';
import { describeClient } from './client-list.js';
import { followCollectionSettings } from './collection-settings.js';
import { ServerAccess } from './acl/access-control.js';
import { Blocking } from './blocking.js';
import { ClientEviction } from './client-eviction.js';
import { ClientPause } from './client-pause.js';
import { keepRoomForFiles } from './client-room.js';
import { Cron } from './cron.js';
import { Eviction } from './eviction.js';
import { activeMicroseconds, Gauges } from './gauges.js';
import { infoText } from './info.js';
import { listen } from './listeners.js';
import type { Log } from './log.js';
import { Migrations } from './migrate/migrations.js';
import type { MetricsEndpoint } from './metrics/metrics-endpoint.js';
import { memoryFigures, type MemoryFigures, usedBytes } from './memory-figures.js';
import { Removals } from './removals.js';
import { followListeners } from './rebinding.js';
import { renamesOf } from './renames.js';
import { TlsListener } from './tls/tls-listener.js';
import { Notifications } from './notifications.js';
import { Monitors } from './monitors.js';
import { Outbox } from './outbox.js';
import { OwnRemovals } from './own-removals.js';
import { PubSub } from './pubsub.js';
import { ClientTracking } from './tracking.js';

const DENIED =
  '-DENIED Redwing runs in protected mode: no password is set, so it serves only clients of its own machine. ' +
  'To serve others, bind it to chosen addresses, set a password, or turn protected-mode off.\r\n';
const TOO_MANY = '-ERR max number of clients reached\r\n';
const RUN_ID_BYTES = 20;
/** How often the largest buffers are looked for, O(connections). */
const PEAKS_MS = 1000;

// What it takes is loaded only where it is wanted.
async function openMetrics(server: Server): Promise<MetricsEndpoint | undefined> {
  if (server.config.metricsPort === 0) return undefined;
  const { MetricsEndpoint } = await import('./metrics/metrics-endpoint.js');
  return new MetricsEndpoint(server);
}

// Parses what lies in the store's input arena.
function parserOf(store: NativeStore, registry: Registry): FrameParser {
  return new FrameParser(
    new Uint8Array(store.input),
    new Int32Array(store.args),
    new Int32Array(store.commands),
    registry.names,
    registry.keyIndexes,
  );
}

/** What a client waits for while a worker computes its reply. */
interface LongRead {
  readonly client: Client;
  /** The error, if reading shows that there is one. */
  readonly failure: string;
  readonly command: number;
  readonly kept: KeptCommand;
  readonly startMs: number;
}

export class Server implements ServerContext, BatchHost {
  readonly registry: Registry;
  /** Clients by the transport's number of their connection. */
  readonly slots: (Client | undefined)[] = [];
  readonly counts: CommandCounts;
  readonly runId = randomBytes(RUN_ID_BYTES).toString('hex');
  readonly startedMs = Date.now();
  /** Settled when the server has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
  /** Connections since the start, and those refused by maxclients. */
  connectionsReceived = 0;
  connectionsRejected = 0;
  /** Connections that were ended because a command of theirs was too large to be kept. */
  queriesTooLarge = 0;
  readonly changes: Changes;
  readonly effects: Effects;
  readonly watches: Watches;
  readonly times: CommandTimes;
  readonly blocker: Blocking;
  readonly pausing: ClientPause;
  readonly migrating: Migrations;
  readonly pubsub: PubSub;
  readonly tracking: ClientTracking;
  readonly monitors: Monitors;
  readonly notifications: Notifications;
  readonly acl: ServerAccess;
  readonly dispatcher: Dispatcher;
  readonly cron: Cron;
  readonly persistence: Persistence;
  readonly gauges = new Gauges();
  private readonly removals: Removals;
  private readonly eviction: Eviction;
  private readonly ownRemovals: OwnRemovals;
  readonly clientEviction: ClientEviction;
  private readonly tls: TlsListener;
  private metrics: MetricsEndpoint | undefined;
  private readonly parser: FrameParser;
  private readonly batch: Batch;
  private readonly control: Int32Array;
  private readonly longReads = new Map<number, LongRead>();
  /** The path of the Unix socket; '': there is none. */
  private unixSocket = '';
  private nextClientId = 1;
  private nextPeaksMs = 0;
  private clientTotal = 0;
  private stopping: Promise<void> | undefined;
  /** What there is to close: a start may have failed before it was opened. */
  private hasTransport = false;
  private readonly stoppingListeners: (() => void)[] = [];
  private settleStopped: () => void = () => undefined;

  constructor(
    readonly config: Config,
    readonly log: Log,
    readonly store: NativeStore,
  ) {
    this.registry = new Registry(declarations, renamesOf(config));
    this.stopped = new Promise((resolve) => (this.settleStopped = resolve));
    this.changes = new Changes(store);
    this.effects = new Effects(store, this.changes);
    this.watches = new Watches(store, this.changes);
    this.times = new CommandTimes(this.registry);
    this.notifications = new Notifications(this.changes, () => this.pubsub);
    const nobody = new Client(0, -1, '', '', false, this.startedMs);
    this.dispatcher = new Dispatcher(store, this, nobody);
    this.counts = this.dispatcher.counts;
    const outbox = new Outbox(store, this.dispatcher.reply);
    // Who caches is told of a change before who waits for it is served.
    this.tracking = new ClientTracking(store, this.changes, this.dispatcher, outbox, config);
    this.dispatcher.addGuard(this.tracking);
    this.monitors = new Monitors(this.dispatcher, outbox);
    this.dispatcher.addGuard(this.monitors);
    for (const guard of [monitorRules, stopGuard, transactionRules, transactionQueue, subscriberRules])
      this.dispatcher.addGuard(guard);
    this.blocker = new Blocking(store, this.changes, this.dispatcher, outbox);
    this.acl = new ServerAccess(this);
    this.dispatcher.addGuard(this.acl.authenticationGuard);
    this.dispatcher.addGuard(this.acl.permissionGuard);
    this.removals = new Removals(store, this.changes, () => {
      this.dispatcher.settle();
    });
    this.changes.reportRemovals = () => this.removals.reportWithin();
    this.eviction = new Eviction(store, config, this.registry, this.dispatcher, log, this.removals);
    this.dispatcher.addGuard(this.eviction);
    this.ownRemovals = new OwnRemovals(store, this.eviction);
    this.pausing = new ClientPause(store, this.registry, this.dispatcher, (isPaused) => {
      this.ownRemovals.clientsPaused(isPaused);
    });
    this.migrating = new Migrations(store, this.registry, this.dispatcher, this.blocker);
    for (const guard of [this.pausing, this.migrating]) this.dispatcher.addGuard(guard);
    this.clientEviction = new ClientEviction(store, config, log, this);
    this.persistence = new Persistence(this);
    this.pubsub = new PubSub(store, this.dispatcher, outbox, () => this.notifications.follow());
    this.parser = parserOf(store, this.registry);
    this.control = new Int32Array(store.control);
    this.tls = new TlsListener(config, log, store, this);
    this.batch = new Batch(store, this.parser, this.dispatcher, this);
    this.cron = new Cron(
      store,
      config,
      () => this.clients(),
      () => this.sample(),
      (client) => this.closeIdle(client),
      this.removals,
      this.times,
    );
  }

  private closeIdle(client: Client): void {
    this.log.verbose('Closing idle client');
    this.kill(client);
  }

  /** Listens, loads the data, and serves it. False: it was stopped before it had loaded everything. */
  async start(onListening: () => void = () => undefined): Promise<boolean> {
    const { config, store } = this;
    this.acl.start();
    const run = (rows: number): void => this.runBatch(rows);
    this.metrics = await openMetrics(this);
    store.startTransport(
      this.metrics?.timing(run) ?? run,
      (id) => this.accept(id),
      (job) => this.deliver(job),
    );
    this.hasTransport = true;
    this.follow();
    this.persistence.begin();
    this.unixSocket = await listen(store, config, this.log);
    await this.tls.start();
    followListeners(store, config, this.log);
    await this.metrics?.listen(config.metricsBind, config.metricsPort);
    this.cron.start();
    onListening();
    const isLoaded = await this.persistence.load();
    if (isLoaded) this.persistence.start();
    return isLoaded;
  }

  private runBatch(rows: number): void {
    this.clientEviction.check();
    this.removals.begin();
    this.batch.run(rows);
    this.clientEviction.endTurn(rows, this.slots);
    this.removals.report();
    this.tracking.endTurn();
    this.batch.end();
  }

  memoryChecked(): void {
    this.eviction.checked();
  }

  checkMemory(): void {
    this.eviction.check();
  }

  logLoading(isLoading: boolean): void {
    this.ownRemovals.logLoading(isLoading);
    this.blocker.logLoading(isLoading);
  }

  // Applies settings, now and when CONFIG SET changes them.
  private follow(): void {
    const { config, store } = this;
    followCollectionSettings(config, store);
    keepRoomForFiles(store, config, this.log);
    const limits = (value: OutputBufferLimits): undefined => {
      [value.normal, value.replica, value.pubsub].forEach((limit, i) => {
        store.setOutputLimit(i, limit.hardBytes, limit.softBytes, limit.softSeconds);
      });
    };
    limits(config.clientOutputBufferLimit);
    config.onChange('client-output-buffer-limit', limits);
    const inputLimit = (bytes: number): undefined => {
      store.setInputLimit(bytes);
    };
    inputLimit(config.clientQueryBufferLimit);
    config.onChange('client-query-buffer-limit', inputLimit);
    const notify = (letters: string): undefined => {
      this.notifications.configure(letters);
    };
    notify(config.notifyKeyspaceEvents);
    config.onChange('notify-keyspace-events', notify);
    this.parser.bulkMax = config.protoMaxBulkLen;
    config.onChange('proto-max-bulk-len', (value) => {
      this.parser.bulkMax = value;
      return undefined;
    });
    config.onChange('tcp-keepalive', (value) => {
      store.setKeepalive(value);
      return undefined;
    });
    const freeing = (): undefined => {
      this.effects.freeLazily(config.lazyfreeLazyExpire, config.lazyfreeLazyEviction);
    };
    freeing();
    config.onChange('lazyfree-lazy-expire', freeing);
    config.onChange('lazyfree-lazy-eviction', freeing);
    this.eviction.follow();
    this.clientEviction.follow();
    this.times.follow(config);
    const policy = (): undefined => {
      const lfu = config.maxmemoryPolicy.endsWith('-lfu');
      store.setAccessPolicy(lfu, config.lfuLogFactor, config.lfuDecayTime);
    };
    policy();
    config.onChange('maxmemory-policy', policy);
    config.onChange('lfu-log-factor', policy);
    config.onChange('lfu-decay-time', policy);
    config.onChange('hz', () => {
      this.cron.stop();
      this.cron.start();
      return undefined;
    });
  }

  // ---- connections ---------------------------------------------------------------------------------------------------

  private accept(connection: number): void {
    const { store, config } = this;
    this.connectionsReceived++;
    if (this.clientTotal >= config.maxclients) {
      this.connectionsRejected++;
      return this.turnAway(connection, TOO_MANY);
    }
    const facts = store.connectionFacts(connection);
    if (config.protectedMode && this.acl.isOpen && !facts.isLoopback && !facts.isUnix)
      return this.turnAway(connection, DENIED);
    const client = new Client(
      this.nextClientId++,
      connection,
      facts.peer,
      facts.local,
      facts.isUnix,
      Date.now(),
    );
    this.acl.admit(client);
    this.slots[connection] = client;
    this.clientTotal++;
    this.clientEviction.add(client);
    if (this.log.isWriting('verbose')) this.log.verbose(`Accepted ${facts.peer}`);
  }

  markStranger(client: Client, isStranger: boolean): void {
    if (client.isStranger === isStranger) return;
    client.isStranger = isStranger;
    this.store.setStranger(client.connection, isStranger ? 1 : 0);
  }

  private turnAway(connection: number, reply: string): void {
    this.store.send(connection, Buffer.from(reply));
    this.store.closeConnection(connection, true);
  }

  disconnected(client: Client): void {
    if (this.slots[client.connection] !== client) return;
    this.slots[client.connection] = undefined;
    this.clientTotal--;
    client.closing = true;
    client.transaction?.queue.clear();
    this.watches.unwatch(client);
    this.blocker.forget(client);
    this.pausing.forget(client);
    this.migrating.forget(client);
    this.clientEviction.forget(client);
    this.pubsub.unsubscribeAll(client);
    this.tracking.disable(client);
    this.monitors.remove(client);
  }

  *clients(): Iterable<Client> {
    for (const client of this.slots) if (client !== undefined) yield client;
  }

  get clientCount(): number {
    return this.clientTotal;
  }

  bulkMax(): number {
    return this.parser.bulkMax;
  }

  frameMax(): number {
    return this.config.clientQueryBufferLimit;
  }

  inputTooLarge(client: Client): void {
    this.queriesTooLarge++;
    this.log.warning(`Closing client that reached max query buffer length: ${this.describe(client)}`);
    client.closing = true;
  }

  // ---- ServerContext -------------------------------------------------------------------------------------------------

  executeQueue(queue: QueuedCommands): void {
    this.dispatcher.executeQueue(queue);
  }

  nowMs(): number {
    return this.dispatcher.call.numbers[0];
  }

  describe(client: Client): string {
    return describeClient(client, this.store.connectionFacts(client.connection), Date.now());
  }

  kill(client: Client): void {
    const isExecuting = this.control[CurrentRow] >= 0;
    if (isExecuting && client === this.dispatcher.call.client) {
      client.closing = true;
      return;
    }
    this.disconnected(client);
    this.store.closeConnection(client.connection, false);
  }

  awaitLongRead(client: Client, job: number, failure: string): void {
    client.waiting = true;
    const { call } = this.dispatcher;
    const startMs = performance.now();
    this.longReads.set(job, { client, failure, command: call.command.id, kept: keptOf(call), startMs });
  }

  awaitJob(client: Client): (reply: string) => void {
    client.waiting = true;
    const { call } = this.dispatcher;
    const startMs = performance.now();
    const kept = keptOf(call);
    const command = call.command.id;
    return (reply) => {
      this.counts.doneElsewhere(kept, command, performance.now() - startMs);
      if (reply.startsWith('-')) this.counts.failure(command, reply.slice(1));
      if (this.slots[client.connection] !== client) return;
      if (!isSilent(client)) this.store.send(client.connection, encode(reply));
      this.goOn(client);
    };
  }

  // A client has waited, and hears the commands that it has sent since.
  private goOn(client: Client): void {
    client.gate &= ~Gate.skipThis;
    client.waiting = false;
    this.store.resume(client.connection);
  }

  private deliver(job: number): void {
    const read = this.longReads.get(job);
    const client = read?.client;
    this.longReads.delete(job);
    if (read !== undefined)
      this.counts.doneElsewhere(read.kept, read.command, performance.now() - read.startMs);
    const isThere = client !== undefined && this.slots[client.connection] === client;
    const isWanted = isThere && !isSilent(client);
    const status = this.store.deliverLongRead(job, isWanted ? client.connection : -1);
    if (!isThere) return;
    if (status !== 0 && isWanted) this.store.send(client.connection, encode(`-${read?.failure}\r\n`));
    this.goOn(client);
  }

  statistics(command: number): CommandStatistics {
    return this.counts.of(command);
  }

  resetStatistics(): void {
    this.counts.reset();
    this.persistence.resetStatistics();
    this.times.reset();
    const {
      expiredKeys,
      expiredFields,
      hits,
      misses,
      bytesRead = 0,
      bytesWritten = 0,
      evictedKeys,
      totalExceededUs,
      reads = 0,
      writes = 0,
      endedByLimit = 0,
    } = this.store.statistics();
    this.gauges.reset({
      reads,
      writes,
      endedByLimit,
      expiredKeys,
      expiredFields,
      hits,
      misses,
      bytesRead,
      bytesWritten,
      evictedKeys,
      totalExceededUs,
    });
    this.connectionsReceived = 0;
    this.connectionsRejected = 0;
    this.queriesTooLarge = 0;
    this.clientEviction.evicted = 0;
  }

  memory(): MemoryFigures {
    return memoryFigures(this);
  }

  info(sections: readonly string[]): string {
    return infoText(this, sections);
  }

  shutdown(options: ShutdownOptions = { saves: undefined, isForced: false }): boolean {
    if (this.stopping !== undefined) return true;
    this.log.warning('User requested shutdown...');
    if (!this.persistence.prepareToStop(options)) {
      this.log.warning('Errors trying to shut down the server. Check the logs for more information.');
      return false;
    }
    // What others have sent is not executed any more: it would not be in what was saved.
    this.dispatcher.gates |= Gate.stopping;
    void this.stop();
    return true;
  }

  sleep(seconds: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
  }

  private sample(): void {
    this.persistence.tick();
    this.eviction.check();
    this.clientEviction.check();
    const figures = this.store.statistics();
    const now = Date.now();
    this.gauges.sample(now, {
      commands: this.counts.total,
      bytesRead: figures.bytesRead ?? 0,
      bytesWritten: figures.bytesWritten ?? 0,
      usedBytes: usedBytes(figures),
      turns: figures.turns ?? 0,
      activeUs: activeMicroseconds(),
    });
    if (now < this.nextPeaksMs) return;
    this.nextPeaksMs = now + PEAKS_MS;
    this.store.takeBufferPeaks(0);
    const { numbers } = this.dispatcher.call;
    this.gauges.inputBuffer.sample(now, numbers[NumberA]);
    this.gauges.outputBuffer.sample(now, numbers[NumberB]);
  }

  /** Stops listening, closes every connection, and settles when that is done. Nothing is saved: `shutdown` does that. */
  stop(): Promise<void> {
    this.stopping ??= this.stopNow();
    return this.stopping;
  }

  /** Calls `listener` when the server begins to stop. */
  onStopping(listener: () => void): void {
    this.stoppingListeners.push(listener);
  }

  private async stopNow(): Promise<void> {
    for (const listener of this.stoppingListeners) listener();
    this.cron.stop();
    this.pausing.stop();
    this.migrating.stop();
    // Let the turn that asked for it end first.
    await new Promise((resolve) => setImmediate(resolve));
    for (const client of this.clients()) this.disconnected(client);
    await this.close();
    this.log.warning('Redwing is now ready to exit, bye bye...');
    this.settleStopped();
  }

  private async close(): Promise<void> {
    await this.persistence.stop();
    if (this.hasTransport) await new Promise<void>((resolve) => this.store.stopTransport(resolve));
    this.tls.stop();
    this.metrics?.close();
    // Without the socket being this server's, it may be that of the one that keeps this one from starting.
    if (this.unixSocket !== '') rmSync(this.unixSocket, { force: true });
  }

  /** The start has failed: leaves nothing open, so that whoever embeds the server may try again in the same place. */
  async abandon(): Promise<void> {
    if (this.stopping !== undefined) return this.stopping;
    this.cron.stop();
    this.pausing.stop();
    this.migrating.stop();
    await this.close();
  }
}

/**
 * Opens a store, loads its data and serves it as the configuration says; `onMade` is given the server before it listens,
 * and `onListening` is called before data is loaded. Rejects when it cannot listen or load.
 */
export async function startServer(
  config: Config,
  log: Log,
  onMade?: (server: Server) => void,
  onListening?: () => void,
): Promise<Server> {
  log.notice(`Redwing version=${version}, pid=${String(process.pid)}, just started`);
  const server = new Server(config, log, openStore(config.databases));
  onMade?.(server);
  try {
    if (await server.start(onListening)) log.notice('Ready to accept connections');
    return server;
  } catch (error) {
    await server.abandon();
    throw error;
  }
}
