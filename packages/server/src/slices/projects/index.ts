import { createEnvironment } from './create-environment.js'
import { createProject } from './create-project.js'
import { deleteProject } from './delete-project.js'
import { getEnvironment } from './get-environment.js'
import { getProject } from './get-project.js'
import { getProjectEnvironment } from './get-project-environment.js'
import { listEnvironments } from './list-environments.js'
import { listProjects } from './list-projects.js'
import { makeDefaultProject } from './make-default-project.js'
import { purgeEnvironment } from './purge-environment.js'
import { purgeProject } from './purge-project.js'
import { recoverProject } from './recover-project.js'
import { updateEnvironment } from './update-environment.js'
import { updateProject } from './update-project.js'
import { updateProjectEnvironment } from './update-project-environment.js'

export const endpoints = [
  getEnvironment,
  updateEnvironment,
  listProjects,
  createProject,
  getProject,
  updateProject,
  makeDefaultProject,
  deleteProject,
  recoverProject,
  purgeProject,
  listEnvironments,
  createEnvironment,
  getProjectEnvironment,
  updateProjectEnvironment,
  purgeEnvironment,
]

export { type EnvironmentRow, environmentOf } from './environment.js'
export { purgeDue } from './purge-due.js'
export { findEnvironment, findInstanceEnvironment, findProject, isAllowedSomewhere } from './store.js'
