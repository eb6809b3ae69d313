#!/bin/sh
# Rankings, texts, embeddings and tensors, declared and by flags, in every format.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END2'
schema = 1
name = "tasks"
[stage.predict]
cmd = "true"
plots = ["search.csv", "answers.jsonl", "vectors.csv"]
[predictions.search]
path = "search.csv"
task = "ranking"
key = ["query", "item"]
label = "rel"
prediction = "score"
slices = ["lang"]
[predictions.answers]
path = "answers.jsonl"
task = "text"
key = ["id"]
label = "reference"
prediction = "answer"
[predictions.vectors]
path = "vectors.csv"
task = "embedding"
key = ["id"]
prediction = "e"
END2
cat >safeguards.toml <<'END2'
schema = 1
[[diff.rule]]
predictions = "search"
metric = "ndcg"
max_drop = 0.01
[[diff.rule]]
metric = "rank_biased_overlap"
min = 0.5
[[diff.rule]]
metric = "text_similarity"
min = 0.9
severity = "warn"
[[diff.rule]]
metric = "cosine_similarity_min"
min = 0.9
END2
# The relevances and scores of scikit-learn's own example, in two languages.
cat >search.csv <<'END2'
query,item,rel,score,lang
1,a,10,.1,fi
1,b,0,.2,fi
1,c,0,.3,fi
1,d,1,4,fi
1,e,5,70,fi
2,a,1,3,sv
2,b,0,2,sv
END2
cat >answers.jsonl <<'END2'
{"id": 1, "reference": "Helsinki", "answer": "Helsinki"}
{"id": 2, "reference": "Turku", "answer": "Turku  "}
END2
printf 'id,e_0,e_1\n1,1,0\n2,0.5,0.5\n' >vectors.csv
commit one && git tag v1
sed -i 's/,a,10,.1,/,a,10,.05,/; s/,b,0,.2,/,b,0,1.1,/; s/,c,0,.3,/,c,0,1,/; s/,d,1,4,/,d,1,.5,/; s/,e,5,70,/,e,5,0,/' search.csv
sed -i 's/Turku  /Tampere/' answers.jsonl
printf 'id,e_0,e_1\n1,0,1\n2,0.5,0.5\n' >vectors.csv
commit two && git tag v2

expect_code 1 mlops diff v1 v2 --only predictions
contains "$out" "3 prediction sets" "search   2 lists aligned by query" "answers   2 rows" "vectors   2 rows" \
  "worst: query 1, ndcg fell by 0.2020" "worst: id 1, 1 - cosine 1.0000"
expect_code 1 mlops diff v1 v2 --only predictions --json
json '[s["task"] for s in j["predictions"]] == ["ranking", "text", "embedding"] and j["predictions"][0]["unit"] == "list"'
json 'abs(j["predictions"][0]["metrics"]["ndcg"]["old"] - (0.69569404 + 1) / 2) < 1e-8'
json 'abs(j["predictions"][0]["metrics"]["ndcg"]["new"] - (0.49368019 + 1) / 2) < 1e-8'
json 'j["predictions"][0]["worst"][0]["old_prediction"] == "e > d > c > b > a"'
json 'j["predictions"][1]["metrics"]["exact_match_rate"]["new"] == 0.5'
json 'j["predictions"][2]["metrics"]["cosine_similarity_min"]["new"] == 0'
json '{r["metric"]: r["verdict"] for s in j["predictions"] for r in s["rules"] if not r["built_in"] and r["verdict"] != "skipped"} == {"ndcg": "fail", "rank_biased_overlap": "pass", "text_similarity": "fail", "cosine_similarity_min": "fail"}'
expect_code 1 mlops diff v1 v2 --only predictions --format html=page.html --format md=comment.md --format junit=rules.xml \
  --format openmetrics=figures.txt --format csv --show-values
equals "$out" "set,change,query,id,label,old_prediction,new_prediction,old_score,new_score
search,changed,1,,,e > d > c > b > a,b > c > d > a > e,,
answers,changed,,2,Turku,\"Turku  \",Tampere,,
vectors,changed,,1,,\"[1, 0]\",\"[0, 1]\",,"
contains page.html "Worst lists" "ndcg fell by" "Tampere"
contains comment.md "ndcg fell by"
contains figures.txt "cosine_similarity_min"
python3 -c 'import xml.etree.ElementTree as e; e.parse("rules.xml")'

# By flags; lists in one column.
printf 'id,t\n1,"[[1, 2], [3, 4]]"\n' >a.csv
printf 'id,t\n1,"[[1, 2], [3, 5]]"\n' >b.csv
expect_code 0 mlops diff a.csv b.csv --key id --prediction t --task tensor --json
json 'abs(j["predictions"][0]["metrics"]["within_tolerance_rate"]["new"] - 0.75) < 1e-12'
printf 'id,t\n1,"[1, 2, 3, 5]"\n' >b.csv
expect_code 1 mlops diff a.csv b.csv --key id --prediction t --task tensor
contains "$out" "shape_mismatch"
printf 'id,t\n1,none\n' >b.csv
expect_code 2 mlops diff a.csv b.csv --key id --prediction t --task tensor
contains "$err" "b.csv" "holds no list of numbers in row 1" "hint: "
expect_code 2 mlops diff a.csv b.csv --key id --prediction t --task ranking
contains "$err" "a ranking needs a key of at least two columns" 'key = ["query", "item"]'
expect_code 2 mlops diff a.csv b.csv --key id --prediction t --task tensor --label id
contains "$err" "'label' has no meaning for tensor"
