import { MOTO_DEVIATIONS } from './moto-deviations.ts';
import { makeLambdaFunction, startMoto } from './moto-server.ts';
import { describeSecretsManager } from './suite.ts';

describeSecretsManager("moto's Secrets Manager", {
  deviations: MOTO_DEVIATIONS,
  async start() {
    const moto = await startMoto();
    return { ...moto, lambdaArn: await makeLambdaFunction(moto.endpoint) };
  },
});
