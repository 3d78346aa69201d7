"""The syllabus that comes with studylab, held against the counts of the course it follows."""

from __future__ import annotations

import re

import pytest

from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.load import BUILTIN
from studylab.syllabus.model import Item, Kind, Syllabus
from studylab.syllabus.papers import Paper
from tests.syllabus.conftest import written_labs

SERIES = "https://www.bilibili.com/video/BV1pJ41127Q2"


def of_kind(syllabus: Syllabus, kind: Kind) -> list[Item]:
    return [item for item in syllabus.items if item.kind is kind]


def test_ten_weeks(syllabus: Syllabus) -> None:
    assert [week.number for week in syllabus.weeks] == list(range(1, 11))
    assert all(week.topics and week.items for week in syllabus.weeks)


@pytest.mark.parametrize(
    ("week", "episodes", "sections"),
    [
        (1, "P9-P50", [5, 18, 11, 8]),
        (2, "P51-P85", [14, 10, 11]),
        (3, "P86-P107", [12, 10]),
        (4, "P108-P150", [11, 11, 10, 11]),
        (5, "P151-P180", [12, 10, 8]),
        (6, "", []),
        (10, "", []),
    ],
)
def test_the_episodes_of_a_week(
    syllabus: Syllabus, week: int, episodes: str, sections: list[int]
) -> None:
    assert format_episodes(syllabus.week(week).episodes) == episodes
    counts = [
        sum(item.episode is not None for item in section.items)
        for section in syllabus.week(week).sections
    ]
    assert [count for count in counts if count] == sections


def test_172_episodes_with_links_into_the_series(syllabus: Syllabus) -> None:
    episodes = syllabus.episodes("P9-P180")
    assert len(episodes) == 172
    assert [item.url for item in episodes] == [f"{SERIES}?p={n}" for n in range(9, 181)]
    assert [item.id for item in episodes] == [f"p{n}" for n in range(9, 181)]
    assert all(item.kind is Kind.VIDEO and not item.optional for item in episodes)


@pytest.mark.parametrize(
    ("id", "title", "title_zh"),
    [
        ("p9", "What is a Neural Network?", "什么是神经网络"),
        ("p50", "What does this have to do with the brain?", "这和大脑有什么关系"),
        ("p51", "Train / Dev / Test sets", "训练/验证/测试集"),
        ("p85", "TensorFlow", "TensorFlow"),
        ("p107", "Whether to use End-to-end Deep Learning", "要不要用端到端深度学习"),
        ("p150", "1D and 3D Generalizations", "一维与三维推广"),
        ("p180", "Attention Model", "注意力模型"),
    ],
)
def test_the_ends_of_each_course(syllabus: Syllabus, id: str, title: str, title_zh: str) -> None:
    assert (syllabus.item(id).title, syllabus.item(id).title_zh) == (title, title_zh)


def test_24_homework_assignments_and_2_quizzes(syllabus: Syllabus) -> None:
    courses = [item for item in of_kind(syllabus, Kind.HOMEWORK) if item.week <= 5]
    quizzes = [item for item in courses if item.quiz]
    assert len(courses) - len(quizzes) == 24
    assert {item.id for item in quizzes} == {"quiz-bird-recognition", "quiz-autonomous-driving"}
    by_week = [sum(item.week == week for item in courses) for week in range(1, 6)]
    assert by_week == [5, 5, 2, 7, 7]
    assert all(item.url and item.solution and item.data for item in courses)
    assert all(item.reported_result for item in courses if not item.quiz)


def test_the_four_tasks_of_week_9(syllabus: Syllabus) -> None:
    tasks = {item.id: item.ref for item in syllabus.week(9).items if item.kind is Kind.HOMEWORK}
    assert tasks == {
        "hw-pretrain-wikitext": "language_models/pretrain",
        "hw-finetune-mrpc": "language_models/finetune",
        "hw-finetune-rte": "language_models/finetune",
        "hw-compare-bert": "language_models/finetune",
    }


def test_the_papers_of_each_week(syllabus: Syllabus, papers: dict[str, Paper]) -> None:
    by_week = {week: [i.ref for i in syllabus.papers if i.week == week] for week in range(6, 11)}
    assert by_week == {
        6: ["transformer"],
        7: ["gpt", "bert", "gpt2", "roberta"],
        8: ["t5", "mt5"],
        9: [],
        10: ["clip", "ddpm", "gpt3", "instructgpt", "llama31"],
    }
    assert {item.ref for item in syllabus.papers} == set(papers)
    assert {i.ref for i in syllabus.papers if i.optional} == {"roberta", "llama31"}
    for item in syllabus.papers:
        paper = papers[item.ref]
        assert (item.week, item.optional) == (paper.week, paper.optional)
        assert (item.title, item.url) == (paper.title, paper.paper)


def test_every_lab_of_the_plan_is_there_and_those_that_exist_are_offered(
    syllabus: Syllabus,
) -> None:
    labs = of_kind(syllabus, Kind.LAB)
    assert {lab.ref for lab in labs if not lab.planned} == written_labs()
    by_week = [sum(lab.week == week for lab in labs) for week in range(1, 11)]
    assert by_week == [4, 5, 3, 6, 7, 1, 2, 1, 3, 2]


@pytest.mark.parametrize(
    ("week", "names"),
    [
        (1, {"logistic regression", "computational graph", "activation function"}),
        (1, {"backpropagation"}),
        (2, {"bias variance tradeoff", "regularization", "dropout", "learning rate decay"}),
        (2, {"gradient descent (momentum, rmsprop, adam)", "batch normalization"}),
        (3, {"transfer learning", "multi-task learning"}),
        (4, {"cnn basics (padding, pooling)", "resnet", "data augmentation", "yolo", "u-net"}),
        (4, {"siamese network"}),
        (5, {"gru", "lstm", "word2vec", "glove", "beam search", "attention model"}),
        (5, {"transformer"}),
        (10, {"multi-modal", "diffusion", "llm"}),
    ],
)
def test_the_topics_that_the_course_names(syllabus: Syllabus, week: int, names: set[str]) -> None:
    assert names <= {topic.name.lower() for topic in syllabus.week(week).topics}


def test_a_topic_without_an_episode_has_a_lab_that_stands_in_and_says_so(
    syllabus: Syllabus,
) -> None:
    silent = {
        topic.name: topic
        for week in syllabus.weeks[:5]
        for topic in week.topics
        if not topic.episodes
    }
    assert set(silent) == {"U-Net", "Transformer", "Trigger word detection"}
    assert silent["U-Net"].labs == ("vision/unet",)
    assert silent["Transformer"].labs == ("transformers/transformer",)
    for topic in silent.values():
        assert "stand" in topic.note
        assert "代替" in topic.note_zh


def test_every_lab_of_weeks_1_to_9_belongs_to_a_topic(syllabus: Syllabus) -> None:
    taught = {lab for week in syllabus.weeks for topic in week.topics for lab in topic.labs}
    assert {lab.ref for lab in of_kind(syllabus, Kind.LAB)} == taught


@pytest.mark.parametrize(
    ("week", "remark"),
    [
        (2, "PyTorch"),
        (3, "这个好像是没有作业的？"),
        (5, "时间大概从 5 小时左右开始"),
        (7, "请先自己阅读"),
        (9, "请不要直接调用 huggingface 中 run_glue.py 里的 trainer"),
        (9, "注意调整超参数"),
        (9, "MRPC 和 RTE 数据集较小"),
    ],
)
def test_the_remarks_of_the_course(syllabus: Syllabus, week: int, remark: str) -> None:
    assert any(remark in note.text_zh for note in syllabus.week(week).notes)


def test_the_pages_that_the_course_names(syllabus: Syllabus) -> None:
    pages = {link.url for link in syllabus.links}
    pages |= {link.url for week in syllabus.weeks for link in week.links}
    pages |= {item.url for item in syllabus.items}
    assert pages >= {
        SERIES,
        "https://github.com/ppx-hub/deep-learning-specialization-all-homework/tree/main/"
        "Homework-NoAnswer",
        "https://github.com/amanchadha/coursera-deep-learning-specialization",
        "https://www.youtube.com/watch?v=S7oA5C43Rbc&t=18037s",
        "https://arxiv.org/abs/1706.03762",
        "https://www.bilibili.com/video/BV1pu411o7BE/",
        "https://jalammar.github.io/illustrated-transformer/",
        "http://nlp.seas.harvard.edu/annotated-transformer/",
        "https://github.com/mli/paper-reading",
        "https://github.com/huggingface/transformers/blob/main/examples/pytorch/"
        "text-classification/run_glue.py",
        "https://gist.github.com/W4ngatang/60c2bdb54d156a41194446737ce03e2e",
        "https://gluebenchmark.com/tasks",
        "https://huggingface.co/datasets/wikitext",
    }


def test_videos_outside_the_series(syllabus: Syllabus) -> None:
    videos = [item for item in of_kind(syllabus, Kind.VIDEO) if item.episode is None]
    assert {item.id: item.minutes for item in videos} == {
        "video-resnet": 54,
        "video-transformer-network": None,
        "video-how-to-read-a-paper": 7,
        "video-transformer": 87,
        "video-vit": 71.5,
        "video-multimodal-1": 72,
        "video-multimodal-2": 63,
        "video-dalle2": 88,
        "video-chain-of-thought": 33,
    }
    assert syllabus.item("video-resnet").optional
    assert "Not in the syllabus' list" in syllabus.item("video-resnet").note


def test_all_is_said_in_both_languages(syllabus: Syllabus) -> None:
    for item in syllabus.items:
        assert item.title and item.title_zh
        assert bool(item.note) == bool(item.note_zh)
        assert bool(item.data) == bool(item.data_zh)
        assert bool(item.reported_result) == bool(item.reported_result_zh)
    remarks = [note.text_zh for week in syllabus.weeks for note in week.notes]
    remarks += [item.note_zh for item in syllabus.items if item.note_zh]
    assert all(re.search("[\u4e00-\u9fff]", remark) for remark in remarks)


def test_one_episode_a_line() -> None:
    rows = [
        line
        for line in BUILTIN.read_text(encoding="utf-8").splitlines()
        if re.match(r"  \[\d+, ", line)
    ]
    assert len(rows) == 172
