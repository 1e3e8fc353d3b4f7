import { rotationHandler } from '@rotation/core';
import { postgres } from './engines/postgres/index.ts';
import { singleUser } from './strategies/single-user.ts';

export const handler = rotationHandler(singleUser(postgres));
