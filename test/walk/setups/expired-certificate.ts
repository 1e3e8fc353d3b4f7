import type { BrokenSetup } from '../broken-setup.ts';
import { showCertificate } from '../server-certificate.ts';

export const expiredCertificate: BrokenSetup = {
  name: 'expired certificate',
  on: 'postgres',
  apart: true,
  strategy: 'single-user',
  async break(site) {
    return await showCertificate(site, 'expired');
  },
  blames: [
    {
      check: 'TLS',
      outcome: 'failed',
      error: 'TlsFailed',
      detail: 'has expired, so no password was sent',
      cause: 'certificate has expired',
      remedy: "Renew the server's certificate.",
    },
  ],
  state: 'healthy',
};
