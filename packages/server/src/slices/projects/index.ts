import { getEnvironment } from './get-environment.js'
import { getProject } from './get-project.js'
import { listProjects } from './list-projects.js'
import { updateEnvironment } from './update-environment.js'

export const endpoints = [getEnvironment, updateEnvironment, listProjects, getProject]

export { type EnvironmentRow, environmentOf } from './environment.js'
export { findEnvironment, isAllowedSomewhere } from './store.js'
