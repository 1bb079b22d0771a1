import { defineErrors } from '../define/index.js'

export const environmentErrors = defineErrors({
  project_environment_not_found: {
    status: 404,
    title: 'Environment not found',
    detail: 'The project has no such environment.',
  },
  environment_exists: {
    status: 409,
    title: 'Environment exists',
    detail: 'The project has an environment {environmentName} already.',
  },
  last_environment: {
    status: 409,
    title: 'Last environment',
    detail: 'The last environment of a project cannot be removed. Delete the project instead.',
  },
})
