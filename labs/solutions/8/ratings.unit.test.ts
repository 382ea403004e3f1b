import { specify } from '../../8-a-fifth-service/specification.ts';
import { ratingAggregate } from './rating.ts';
import { reviewAggregate } from './review.ts';

specify(reviewAggregate, ratingAggregate);
