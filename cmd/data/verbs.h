#pragma once

#include "app/command.h"

namespace mlops::data {

app::Command add_command();
app::Command status_command();
app::Command checkout_command();
app::Command ls_command();
app::Command cat_command();
app::Command log_command();
app::Command diff_command();
app::Command merge_command();
app::Command mv_command();
app::Command rm_command();
app::Command fsck_command();
app::Command gc_command();
app::Command push_command();
app::Command pull_command();
app::Command fetch_command();

}  // namespace mlops::data
