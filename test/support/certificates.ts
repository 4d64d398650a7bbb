/**
 * Certificates for tests, made by the `openssl` program in a folder of their own: an authority, and what it signs.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as files. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority. `remove` it when the tests are done. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'redwing-certificates-'));
  /** The authority's own certificate. */
  readonly ca: string;

  constructor(name = 'Test authority') {
    this.ca = join(this.folder, 'ca.crt');
    this.openssl(
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-keyout', join(this.folder, 'ca.key'), '-out', this.ca, '-subj', `/CN=${name}`],
    );
  }

  /** Issues a certificate for localhost and 127.0.0.1 to `name`, which names its files too. */
  issue(name: string, password = ''): CertificateFiles {
    const at = (extension: string): string => join(this.folder, `${name}.${extension}`);
    const files = { cert: at('crt'), key: at('key') };
    const secret = password === '' ? ['-nodes'] : ['-passout', `pass:${password}`];
    this.openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...secret],
      ...['-keyout', files.key, '-out', at('csr'), '-subj', `/CN=${name}`],
    );
    writeFileSync(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    this.openssl(
      ...['x509', '-req', '-in', at('csr'), '-CA', this.ca, '-CAkey', join(this.folder, 'ca.key')],
      ...['-CAcreateserial', '-days', '2', '-extfile', at('ext'), '-out', files.cert],
    );
    return files;
  }

  /** A folder in which OpenSSL finds the authority's certificate by the hash of its name. */
  hashedFolder(): string {
    const folder = mkdtempSync(join(this.folder, 'hashed-'));
    const hash = this.openssl('x509', '-hash', '-noout', '-in', this.ca).trim();
    symlinkSync(this.ca, join(folder, `${hash}.0`));
    return folder;
  }

  read(file: string): string {
    return readFileSync(file, 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openssl(...args: string[]): string {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
