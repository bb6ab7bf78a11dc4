// The end of a list by pages: what was loaded, and the button for more.
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { showNumber } from '../ui/format.ts'
import { Loading } from '../ui/Parts.tsx'
import type { Pages } from './filters.ts'
import { useStaffTexts } from './texts/staff.ts'

type Listed = Pick<Pages<never, never>, 'problem' | 'loading' | 'hasMore' | 'more' | 'reload'> & {
  readonly items: readonly unknown[] | undefined
}

export const More = ({ list, label }: { readonly list: Listed; readonly label?: string }) => {
  const t = useStaffTexts()
  const count = list.items?.length ?? 0
  return (
    <>
      {/* Stays, so that what changes in it is read out. */}
      <p role="status" className="cl-muted">
        {list.items && count > 0 && (
          <>
            {t.pages.loaded(showNumber(count))} {!list.hasMore && t.pages.end}
          </>
        )}
      </p>
      <ProblemAlert problem={list.problem} onRetry={list.items && list.hasMore ? list.more : list.reload} />
      {!list.items && !list.problem && <Loading />}
      {list.hasMore && (
        <Button look="outline-primary" busy={list.loading} onClick={list.more}>
          {label ?? t.pages.more}
        </Button>
      )}
    </>
  )
}
