/**
 * The endpoint that Prometheus scrapes: GET /metrics over HTTP, at `metrics-bind` and `metrics-port`.
 *
 * There is no access control, so it belongs on an address that only those who may know can reach; the default is the
 * machine itself. It answers in the event loop: a reading takes a millisecond or two.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MetricsRegistry, type MetricsSources } from './metrics-registry.js';

/** The most connections at a time; scrapers need one each. */
const CONNECTIONS_MAX = 16;

export class MetricsEndpoint {
  private readonly metrics: MetricsRegistry;
  private readonly server: Server;

  constructor(sources: MetricsSources) {
    this.metrics = new MetricsRegistry(sources);
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.maxConnections = CONNECTIONS_MAX;
  }

  /** Rejects if the address is not to be had. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(new Error(`Cannot listen on ${host}, metrics port ${String(port)}: ${error.message}`));
      };
      this.server.once('error', fail);
      this.server.listen({ host, port }, () => {
        this.server.removeListener('error', fail);
        resolve();
      });
    });
  }

  close(): void {
    this.metrics.close();
    this.server.close();
    this.server.closeAllConnections();
  }

  /** `run` with its time recorded as that of a batch. */
  timing(run: (rows: number) => void): (rows: number) => void {
    return (rows) => {
      const start = performance.now();
      run(rows);
      this.metrics.recordBatch(performance.now() - start);
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = (request.url ?? '').split('?');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (path !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics.\n');
    } else {
      const text = await this.metrics.text();
      response.writeHead(200, { 'content-type': this.metrics.registry.contentType }).end(text);
    }
  }
}
