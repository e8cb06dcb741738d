import { Skeleton } from '@mantine/core'
import { useStatus } from '../stores/status'
import { Notice } from '../ui/notice'
import { sayProblem } from '../ui/words/problems'

/** Before main has said anything: the outline of what will come, or why nothing comes. */
export function Opening() {
  const problem = useStatus((state) => state.problem)
  if (problem !== null) {
    const { what, means } = sayProblem(problem)
    return (
      <Notice tone="danger" live="alert" title="The engine does not answer.">
        {what} {means} Holdfast keeps asking.
      </Notice>
    )
  }
  return (
    <div className="hf-opening hf-trade" role="status" aria-label="Opening">
      <Skeleton h="100%" mih={320} />
      <Skeleton h="100%" mih={320} />
      <Skeleton h="100%" mih={320} />
    </div>
  )
}
