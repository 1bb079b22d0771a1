export {
  type Count,
  countRequests,
  forgetCounts,
  readCounts,
  uncountRequests,
} from '#platform/db/count-requests'
