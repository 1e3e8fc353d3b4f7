import { testRotation } from '../support/artifact-rotation.ts';
import { sharedArtifacts } from '../support/artifacts.ts';

testRotation(sharedArtifacts);
