# Run in this directory: gnuplot time.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'time.svg'
set datafile separator comma
set title 'Time to the first correct read after SIGKILL' font ',16' noenhanced
set label 1 'plots/time.csv   |   run kv-recovery-20261123T002755Z   |   medians of 5 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'system' at screen 0.8977777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8877777778
set logscale y 10
set yrange [1:3523.522886]
set ytics ('1' 1, '10' 10, '100' 100, '1k' 1000)
set ylabel 'recovery time (ms)' noenhanced
unset logscale x
set xrange [-0.6:1.6]
set xtics ('0B' 0, '64MiB' 1)
set xlabel 'log' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.368
set style fill solid 1.0 noborder
plot 'time.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title 'kv' noenhanced, \
     'time.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'time.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title 'rocksdb' noenhanced, \
     'time.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
