"""Which names in a program's output are those of metrics."""

from __future__ import annotations

import re

_METRICS = """
loss acc accuracy ppl perplexity lr bleu rouge f1 auc auroc mse mae rmse error err iou miou map
dice norm reward return bpb bpc bpd nll ce kl elbo psnr ssim fid precision recall wer cer score
mfu r2 spearman pearson entropy
"""
"""The last part of a name that says by itself that a figure follows: `val_loss 0.31`."""

_OTHERS = """
version port pid ppid seed epochs steps iters iterations batches date time timestamp ts eta
elapsed remaining id uid gid rank device devices gpu gpus cuda cpu cpus size sizes params
parameters total line lineno file files year month day hour hours minute minutes second seconds
sec secs ms duration took runtime workers n num len length shape dim dims width height channels
layers heads threads commit hash sha process thread level code status exit host ip addr address
python torch numpy transformers tensorflow keras count bytes kb mb gb memory mem path name args
argc classes samples examples images tokens vocab bits dtype ttl attempt retry retries max_steps
warmup v_num job task node nodes world warning warnings errors created mode flops
relativecreated msecs processed
"""
"""The last part of a name of what is counted, set or timed, and not measured."""

METRICS, OTHERS = frozenset(_METRICS.split()), frozenset(_OTHERS.split())
_FIRST = frozenset(("num", "n", "no", "nr"))
_FILE = re.compile(
    r"\.(?:py|pyc|ipynb|json|jsonl|txt|log|c|cc|cpp|cu|h|ya?ml|toml|sh|pt|pth|ckpt|csv|html?|md"
    r"|com|org|net|io)$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[/_.@\s-]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_metric_name(name: str) -> bool:
    """Whether something called so may be a metric."""
    parts = _parts(name)
    if not parts or _FILE.search(name) or name.lower() in OTHERS:
        return False
    return parts[-1] not in OTHERS and parts[0] not in _FIRST


def is_metric_word(name: str) -> bool:
    """Whether something called so surely is a metric: `loss`, `val_acc`, `Acc@1`."""
    parts = [part.rstrip("0123456789") for part in _parts(name)]
    return any(part in METRICS for part in (*parts, *_parts(name))) and is_metric_name(name)


def _parts(name: str) -> list[str]:
    return [part.lower() for part in _PARTS.split(_CAMEL.sub("_", name)) if part]
