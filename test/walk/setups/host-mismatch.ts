import type { BrokenSetup } from '../broken-setup.ts';
import { showCertificate } from '../server-certificate.ts';

export const hostMismatch: BrokenSetup = {
  name: 'host mismatch',
  on: 'postgres',
  apart: true,
  strategy: 'single-user',
  async break(site) {
    return await showCertificate(site, 'other-host');
  },
  blames: [
    {
      check: 'TLS',
      outcome: 'failed',
      error: 'TlsFailed',
      detail: 'is for another host, so no password was sent',
      cause: "Host: localhost. is not in the cert's altnames: DNS:another-host.example",
      remedy: 'Set "host" in the secret to a name that the certificate is for',
    },
  ],
  state: 'healthy',
};
