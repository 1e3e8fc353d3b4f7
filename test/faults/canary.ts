/** Part of every password that a rotation makes, and of the RotationToken: to be found wherever they should not be. */
export const CANARY = 'Canary-7kQ';
