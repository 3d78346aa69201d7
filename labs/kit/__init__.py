"""What several labs share, so that a lab's own file holds only what its week teaches.

| module       | job                                                                      |
| ---          | ---                                                                      |
| `command`    | command line out of a lab's `Config`; how a lab starts and how it ends   |
| `page`       | the text of `--help`                                                     |
| `run`        | one run: where it reports to, what it goes on from                       |
| `errors`     | what a lab tells in one line, and its exit codes                         |
| `data`       | the three tiers of data, and which one a result comes from               |
| `hub`        | data sets of the hub or a mirror                                         |
| `local`      | data sets in a folder of the student's                                   |
| `images`     | labelled pictures as tensors: digits, MNIST, a folder                    |
| `pictures`   | picture files to arrays and back                                         |
| `batches`    | the order of examples, the same again after a resume                     |
| `device`     | cuda, then mps, then cpu; bf16 and tf32 where the device has them        |
| `seeding`    | every seed, and the states of the generators                             |
| `schedule`   | learning rates over steps                                                |
| `loop`       | steps, logging, checkpoints, stopping                                    |
| `checkpoint` | what a run needs to go on, written whole or not at all                   |
| `stopping`   | Ctrl-C and SIGTERM                                                       |
| `progress`   | a bar on a terminal, lines elsewhere                                     |
| `symptoms`   | what a run can see about its own health                                  |
| `mistakes`   | which classes and pictures a network takes for others                    |
| `verdict`    | a result beside its baseline and its reference                           |

`command`, `page`, `run`, `errors`, `data`, `hub` and `verdict` load neither torch nor NumPy.
"""
