import { type BrokenSetup, nothingByHand } from '../broken-setup.ts';

export const rotationOff: BrokenSetup = {
  name: 'rotation off',
  on: 'postgres',
  strategy: 'alternating-users',
  async break({ lab, secretArn }) {
    await lab.api.cancelRotateSecret({ SecretId: secretArn });
    return nothingByHand;
  },
  blames: [
    {
      check: 'version stages',
      outcome: 'warning',
      detail: 'Rotation is turned off.',
      remedy: 'Turn it on with RotateSecret, naming this function as RotationLambdaARN.',
    },
  ],
  state: 'off',
};
